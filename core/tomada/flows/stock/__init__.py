"""The flow ``stock``, ERP → stores: the balance that each may sell, with the ledger of what orders take."""
