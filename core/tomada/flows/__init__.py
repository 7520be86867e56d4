"""The flows: one direction of one subject each. They know ports only.

Orders (store → ERP): ``ingest`` reads and commits, ``decide`` computes what to do with one order, ``create`` and
``restate`` do it in the ERP, ``confirm`` tells the store; ``orders`` puts them in their order.
"""
