"""The flows: one direction of one subject each. They know ports only.

A folder a subject: ``orders`` and ``catalogue`` bring what a store has into the ERP; ``products``, ``stock``,
``prices`` and ``order_news`` take what the ERP has to the stores. They share ``mapping``, ``holds``, ``erp_changes``
(what changed in the ERP, read once for all stores) and ``sending`` (the one way by which anything goes out).
"""
