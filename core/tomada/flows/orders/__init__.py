"""The flow ``orders``, store → ERP: ingest, resolve, decide, then create or restate, and confirm to the store."""
