"""Random histories of what hangs together: an opportunity with its products and the parts people play
in it, their roles in the account, and a plan with its objectives and measures.

`org` is the service with price books, sums and rows that go with others, `ground` a company with a
connection to it and faults to arm, `machine` what happens and what must hold, `running` draws.
"""
