"""What a code of a store means in the ERP: what a person set, else a default by name, else nothing."""
