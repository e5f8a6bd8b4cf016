"""Which table and columns of an ERP database hold what.

The vendor publishes neither the columns of the mail fields nor how the password is stored, so the mapping
is a value and not code.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Layout:
    """Columns of the user table by what they mean; `fields` maps mail fields to columns."""

    table: str
    key: str
    name: str
    title: str
    department: str
    status: str
    active: str
    tenant: str | None
    fields: Mapping[str, str]
    codec: str = "plain"

    def columns(self) -> Iterator[tuple[str, str]]:
        """Every column that is read, with what it is mapped to."""
        for meaning in ("key", "name", "title", "department", "status"):
            yield getattr(self, meaning), meaning
        if self.tenant:
            yield self.tenant, "tenant"
        for field, column in self.fields.items():
            yield column, field


EFACTORY = Layout(
    table="Usuarios",
    key="Cod_Usu",
    name="Nom_Usu",
    title="Cargo",
    department="Departamento",
    status="Status",
    active="A",
    tenant="Cod_Cli",
    fields=MappingProxyType(
        {
            "address": "Correo",
            "password": "Cla_Cor",  # this one and all below are assumed: the vendor does not publish them
            "server": "Ser_Cor",
            "port": "Pue_Cor",
            "ssl": "Ssl_Cor",
            "domain": "Dom_Cor",
            "header": "Enc_Cor",
            "signature": "Fir_Cor",
            "footer": "Pie_Cor",
        }
    ),
)

PRESETS: Mapping[str, Layout] = MappingProxyType({"efactory": EFACTORY})
