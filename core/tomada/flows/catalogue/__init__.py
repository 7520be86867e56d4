"""The flow ``catalogue``, store → ERP: a store's products are imported as a person asks for it."""
