"""What becomes of an order in the ERP, told to its store: the flows ``statuses``, ``tracking`` and ``invoices``."""
