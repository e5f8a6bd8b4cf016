"""The layouts that efsync brings along; a target takes one and overrides what is different there."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from efsync.erp.layout import Layout, Place


def _columns(**columns: str) -> Mapping[str, Place]:
    return MappingProxyType({field: Place(column) for field, column in columns.items()})


def _property_rows(**rows: tuple[str, str]) -> Mapping[str, Place]:
    return MappingProxyType({field: Place(value, name) for field, (name, value) in rows.items()})


EFACTORY = Layout(
    table="Usuarios",
    key="Cod_Usu",
    name="Nom_Usu",
    title="Cargo",
    department="Departamento",
    status="Status",
    active="A",
    tenant="Cod_Cli",
    fields=_columns(
        address="Correo",
        # assumed, from here on: the vendor does not publish them
        password="Cla_Cor",  # noqa: S106
        server="Ser_Cor",
        port="Pue_Cor",
        ssl="Ssl_Cor",
        domain="Dom_Cor",
        header="Enc_Cor",
        signature="Fir_Cor",
        footer="Pie_Cor",
    ),
)

EFACTORY_PROPERTIES = replace(
    EFACTORY,
    fields=_property_rows(  # names in the style of USU-DPTO, all assumed
        address=("USU-MAILDIR", "Val_Car"),
        password=("USU-MAILCLA", "Val_Car"),
        server=("USU-MAILSRV", "Val_Car"),
        port=("USU-MAILPUE", "Val_Num"),
        ssl=("USU-MAILSSL", "Val_Log"),
        domain=("USU-MAILDOM", "Val_Car"),
        header=("USU-MAILENC", "Val_Mem"),
        signature=("USU-MAILFIR", "Val_Mem"),
        footer=("USU-MAILPIE", "Val_Mem"),
    ),
)

PRESETS: Mapping[str, Layout] = MappingProxyType({"efactory": EFACTORY, "efactory-properties": EFACTORY_PROPERTIES})
