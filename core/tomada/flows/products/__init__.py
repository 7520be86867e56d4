"""The flow ``products``, ERP → store: what is linked is updated, what is asked for is created."""
