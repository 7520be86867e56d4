"""A data set in Olist's form, small and made up, and where the real one may be."""

import csv
import gzip
import os
from pathlib import Path

REAL = Path(os.environ.get("TOMADA_OLIST") or Path(__file__).parents[3] / "shared" / "data" / "olist")

COLUMNS = {
    "orders": (
        "order_id,customer_id,order_status,order_purchase_timestamp,order_approved_at,"
        "order_delivered_carrier_date,order_delivered_customer_date,order_estimated_delivery_date"
    ),
    "order_items": "order_id,order_item_id,product_id,seller_id,shipping_limit_date,price,freight_value",
    "order_payments": "order_id,payment_sequential,payment_type,payment_installments,payment_value",
    "customers": "customer_id,customer_unique_id,customer_zip_code_prefix,customer_city,customer_state",
    "products": "product_id,product_category_name",
}
P1, P2 = "aa11bb22cc33dd44ee55", "bb22cc33dd44ee55ff66"

ROWS = {
    "orders": [
        # Newest first: the reader sorts them.
        "o6,c1,created,2018-01-06 10:00:00,,,,2018-02-01 00:00:00",
        "o5,c4,shipped,2018-01-05 10:00:00,2018-01-05 11:00:00,2018-01-06 09:00:00,,2018-02-01 00:00:00",
        "o4,c3,canceled,2018-01-04 10:00:00,2018-01-04 10:10:00,,,2018-02-01 00:00:00",
        "o3,c3,canceled,2018-01-03 10:00:00,2018-01-03 10:10:00,,,2018-02-01 00:00:00",
        "o2,c2,delivered,2018-01-02 10:00:00,2018-01-02 10:10:00,2018-01-03 09:00:00,2018-01-09 09:00:00,x",
        "o1,c1,processing,2018-01-01 23:30:00,2018-01-02 08:00:00,,,2018-02-01 00:00:00",
    ],
    "order_items": [
        f"o1,1,{P1},s,x,10.10,5.05",
        f"o1,2,{P1},s,x,10.10,5.05",
        f"o1,3,{P2},s,x,99.9,0.01",
        f"o2,1,{P2},s,x,89.9,12.0",
        f"o4,1,{P1},s,x,10.10,5.05",
        f"o5,1,{P1},s,x,11.0,4.0",
    ],
    "order_payments": [
        "o1,1,voucher,1,100.00",
        "o1,2,credit_card,3,30.21",
        "o2,1,boleto,1,101.9",
        "o3,1,credit_card,1,50.0",
        "o4,1,debit_card,1,15.15",
        "o5,1,credit_card,2,15.50",
        "o6,1,credit_card,1,20.0",
    ],
    "customers": [f"c{n},u{min(n, 3)},{1000 + n},sao paulo,SP" for n in range(1, 5)],
    "products": [f"{P1},beleza_saude", f"{P2},"],
}
"""o1 is a sum to the cent, o3 and o6 have no items, and o3 and o4 were cancelled.

The payments of o5 are 0.50 too much.
"""


def written(folder: Path) -> Path:
    """Write the data set into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, columns in COLUMNS.items():
        with gzip.open(folder / f"{name}.csv.gz", "wt", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(columns.split(","))
            writer.writerows(row.split(",") for row in ROWS[name])
    return folder
