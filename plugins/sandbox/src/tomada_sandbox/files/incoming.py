"""What the store does with a row of ours: a product, a status or an invoice; each returns the row of its answer."""

from tomada_sandbox.files.writing import Row, Style
from tomada_sandbox.tray.mail import tell
from tomada_sandbox.tray.state import Invoice, Order, Product, Store, Variant
from tomada_sandbox.tray.wire import write_moment
from tomada_sandbox.world import World


def product(world: World, store: Store, style: Style, row: Row) -> Row:
    """Create or change a product or a variation, found by its id or its SKU; what is empty stays as it is."""
    sku = row.get("referencia", "")
    if row.get("tipo_linha") == "V":
        return _variation(world, store, style, row)
    found = store.products.get(_id(row.get("id_produto", "")))
    if found is None and (place := store.find_sku(sku)):
        found = store.products[place[0]]
    made = found is None
    if found is None:
        if not row.get("nome") or not row.get("preco"):
            return _refused("produto", sku, "E20", "nome")
        found = store.add_product(Product(store.new_id(), sku, row["nome"], style.number(row["preco"])))
    if row.get("acao") == "D":
        found.available, found.stock = False, 0
    else:
        found.sku, found.name = sku, row.get("nome") or found.name
        found.price = style.number(row["preco"]) if row.get("preco") else found.price
        found.gtin = row.get("ean") or found.gtin
        found.fields |= {ours: row[theirs] for ours, theirs in _FIELDS.items() if row.get(theirs)}
        found.pictures = [row[name] for name in _PICTURES if row.get(name)] or found.pictures
        found.available = row["disponivel"] == "S" if row.get("disponivel") else found.available
    found.modified = write_moment(world.stamp(store))
    store.renamed()
    return _taken("produto", sku, str(found.id), made=made)


def _variation(world: World, store: Store, style: Style, row: Row) -> Row:
    sku, place = row.get("referencia", ""), store.find_sku(row.get("referencia_pai", ""))
    if place is None:
        return _refused("variacao", sku, "E50", "referencia_pai")
    parent = store.products[place[0]]
    found = next((each for each in parent.variants if each.sku == sku), None)
    made = found is None
    if found is None:
        pairs = [(row.get(f"grade_tipo_{n}", ""), row.get(f"grade_valor_{n}", "")) for n in (1, 2)]
        values = tuple(pair for pair in pairs if all(pair))
        found = store.add_variant(parent, Variant(store.new_id(), sku, parent.price, values))
    found.price = style.number(row["preco"]) if row.get("preco") else found.price
    found.gtin = row.get("ean") or found.gtin
    found.modified = write_moment(world.stamp(store))
    return _taken("variacao", sku, str(found.id), made=made)


def status(world: World, store: Store, style: Style, row: Row) -> Row:
    """Set an order's status; the buyer gets an e-mail each time."""
    order, status_id = _order(store, row), _id(row.get("id_status", ""))
    if order is None or status_id not in store.statuses:
        return _refused("situacao", row.get("id_pedido", ""), "E50" if order is None else "E40", "id_status")
    order.status_id = status_id
    tell(world, store, order, "status", store.statuses[status_id].name)
    store.touch(order, world.stamp(store))
    return _taken("situacao", str(order.id), "", made=False)


def invoice(world: World, store: Store, style: Style, row: Row) -> Row:
    """Take the access data of an invoice; one that is there already is no news to the buyer."""
    order, key = _order(store, row), row.get("chave", "")
    if order is None:
        return _refused("nota", row.get("id_pedido", ""), "E50", "id_pedido")
    if len(key) != 44:
        return _refused("nota", str(order.id), "E60", "chave")
    known = store.invoices.setdefault(order.id, [])
    there = next((each for each in known if each.fields.get("key") == key), None)
    fields = {
        "issue_date": row.get("data_emissao", ""),
        "number": row.get("numero", ""),
        "serie": row.get("serie", ""),
        "value": f"{style.number(row.get('valor', '')):.2f}",
        "key": key,
        "link": row.get("link", ""),
    }
    if there is None:
        known.append(Invoice(store.new_id(), order.id, fields))
        tell(world, store, order, "invoice", key)
        store.touch(order, world.stamp(store))
    else:
        there.fields |= fields
    return _taken("nota", str(order.id), "", made=there is None)


_FIELDS = {
    "description": "descricao",
    "description_small": "descricao_curta",
    "ncm": "ncm",
    "brand": "marca",
    "weight": "peso",
    "length": "comprimento",
    "width": "largura",
    "height": "altura",
    "warranty": "garantia",
}
_PICTURES = tuple(f"imagem_{place}" for place in range(1, 7))


def _order(store: Store, row: Row) -> Order | None:
    return store.orders.get(_id(row.get("id_pedido", "")))


def _id(text: str) -> int:
    return int(text) if text.isdecimal() else 0


def _taken(entity: str, key: str, id_: str, *, made: bool) -> Row:
    return {"entidade": entity, "chave": key, "resultado": "OK" if made else "ATUALIZADO", "id_destino": id_}


def _refused(entity: str, key: str, code: str, column: str) -> Row:
    told = {"codigo": code, "coluna": column, "mensagem": f"{column} nao aceito"}
    return {"entidade": entity, "chave": key, "resultado": "REJEITADO", **told}
