"""Ingest of what changed in the ERP: read once per account, and fanned out to its stores."""
