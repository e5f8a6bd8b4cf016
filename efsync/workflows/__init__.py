"""Each command as one function with the same name: `efsync plan` calls `plan`, and so can a script."""

from efsync.planning.brakes import Overrides
from efsync.schema.shipped import schema_text as schema
from efsync.settings.model import Settings
from efsync.settings.read import read_settings
from efsync.workflows.apply import apply, not_applied
from efsync.workflows.demo import demo
from efsync.workflows.doctor import doctor
from efsync.workflows.drift import drift
from efsync.workflows.plan import plan
from efsync.workflows.plan_files import read_plan, write_plan
from efsync.workflows.script import script, write_script
from efsync.workflows.state import break_lock, forget, list_state, lock_holder, show_state, upgrade_state
from efsync.workflows.validate import validate

__all__ = [
    "Overrides",
    "Settings",
    "apply",
    "break_lock",
    "demo",
    "doctor",
    "drift",
    "forget",
    "list_state",
    "lock_holder",
    "not_applied",
    "plan",
    "read_plan",
    "read_settings",
    "schema",
    "script",
    "show_state",
    "upgrade_state",
    "validate",
    "write_plan",
    "write_script",
]
