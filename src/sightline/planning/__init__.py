"""The method: pure functions of plain values.

Nothing here reads a database, a clock or the network; dates, people and parameters are arguments.
"""
