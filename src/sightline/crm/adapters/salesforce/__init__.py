"""Salesforce over its REST interfaces: one thin client, readable and writable through the port."""
