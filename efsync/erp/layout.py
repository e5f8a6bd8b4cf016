"""Which table and columns of an ERP database hold what.

The vendor publishes neither the columns of the mail fields nor how the password is stored, so the mapping
is a value and not code.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from efsync.model.fields import FIELDS


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
    schema: str | None = None

    def columns(self) -> Iterator[tuple[str, str]]:
        """Every column that is read, with what it is mapped to."""
        for meaning in ("key", "name", "title", "department", "status"):
            yield getattr(self, meaning), meaning
        if self.tenant:
            yield self.tenant, "tenant"
        for field, column in self.fields.items():
            yield column, field

    def overridden(self, names: Mapping[str, str], columns: Mapping[str, str | bool]) -> "Layout":
        """This layout with other names for table, schema and active status, and other columns.

        A column that is `False` is not there: a mail field is left out, a tenant is not looked at.
        """
        meanings: dict[str, Any] = {name: column for name, column in columns.items() if name not in FIELDS}
        fields = {name: columns.get(name, self.fields.get(name, False)) for name in FIELDS}
        tenant = meanings.pop("tenant", self.tenant)
        return replace(
            self,
            **names,
            **meanings,
            tenant=tenant or None,
            fields=MappingProxyType({field: str(column) for field, column in fields.items() if column}),
        )


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
