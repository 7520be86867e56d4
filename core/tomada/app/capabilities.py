"""The capabilities of one store: those of its platform, less what its last connection check took back."""

from tomada.app.opening import store_named
from tomada.bootstrap import Installation
from tomada.host.built import BUILT
from tomada.host.matrix import Matrix, matrix


def of_store(installation: Installation, name: str) -> Matrix:
    """Return the matrix of a store; raises ``UnusableError`` when its platform cannot be used."""
    store = store_named(installation, name)
    return matrix(installation.registry, BUILT, store.platform, store.lacks)
