"""The flow ``prices``, ERP → store: the price that a store is to ask, by its rule."""
