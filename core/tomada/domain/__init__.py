"""The words of Tomada as frozen values: what plugins yield, flows decide on and the ERP driver writes."""
