"""Measures the commands on one company, each as a whole process whose outcome is checked."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from benchmarks.company import AS_IS, MOVED, Company
from benchmarks.databases import count, row_bytes
from benchmarks.people import MOVED_DOMAIN
from benchmarks.processes import EFSYNC, Run, Series, Step, expect, interleaved, program, run
from efsync.erp.demo.database import usuarios


class Timed(StrEnum):
    """Everything that is timed on a company, in the order of the report."""

    FLOOR = "floor"
    FLOOR_FILES = "floor of validate: parses and validates"
    FLOOR_PASSWORDS = "floor that reads each password's file too"
    PLAN = "plan, nothing differs, nothing cached"
    PLAN_AGAIN = "plan, nothing differs, second run"
    BARE_PLAN = "plan --without-secrets, nothing differs, nothing cached"
    BARE_PLAN_AGAIN = "plan --without-secrets, nothing differs, second run"
    CHANGED_PLAN = "plan, 1 % changed, nothing cached"
    CHANGED_PLAN_AGAIN = "plan, 1 % changed, second run"
    VALIDATE = "validate, nothing cached"
    VALIDATE_AGAIN = "validate, second run"
    RAW_APPLY_SOME = "floor that writes 1 %"
    APPLY_SOME = "apply that plans, 1 %"
    RAW_WRITE_SOME = "best raw way to write 1 %"
    APPLY_PLAN_SOME = "apply of a saved plan, 1 %"
    RAW_APPLY_ALL = "floor that writes all"
    APPLY_ALL = "apply that plans, all"
    RAW_WRITE_ALL = "best raw way to write all"
    APPLY_PLAN_ALL = "apply of a saved plan, all"


@dataclass(frozen=True)
class Measured:
    """What one company took."""

    database: str
    way: str
    accounts: int
    rounds: int
    files: int
    file_bytes: int
    row_bytes: int
    series: dict[str, Series]


class Measurement:
    """Takes a company that was not generated yet through its life, and measures it against the floor."""

    def __init__(self, company: Company, parser: str) -> None:
        self._company = company
        self._parser = parser

    def against_floor(self, rounds: int, beside: tuple[Step, ...] = ()) -> Measured:
        """Everything; the steps `beside` take their turns with the plans."""
        self._begin()
        applies = interleaved([*self._apply_steps("new", AS_IS)], rounds)
        self._company.restore("new")
        self._apply(AS_IS)
        self._company.save("applied")
        plans = interleaved([*self._plan_steps(), *beside], rounds)
        applies |= interleaved([*self._apply_steps("applied", MOVED)], rounds)
        return self._measured(rounds, plans | applies)

    def alone(self, rounds: int) -> Measured:
        """The plans and applies of a company whose work is more than the floor does."""
        self._begin()
        all_of_them = interleaved([self._apply_step("new", AS_IS)], rounds)
        self._company.save("applied")
        plans = interleaved([*self._plans(Timed.PLAN, Timed.PLAN_AGAIN), *self._validates()], rounds)
        some = interleaved([self._apply_step("applied", MOVED)], rounds)
        return self._measured(rounds, plans | some | all_of_them)

    def _begin(self) -> None:
        self._company.generate()
        self._company.save("new")

    def _measured(self, rounds: int, series: dict[str, Series]) -> Measured:
        files = self._company.department_files
        return Measured(
            database=self._company.database.kind,
            way=self._company.way,
            accounts=len(self._company.people),
            rounds=rounds,
            files=len(files),
            file_bytes=sum(file.stat().st_size for file in files) // len(files),
            row_bytes=row_bytes(self._company.database),
            series=series,
        )

    def _plan_steps(self) -> Iterator[Step]:
        floor = Step(Timed.FLOOR, lambda: self._floor("plan", differ=0))
        yield Step(Timed.FLOOR_PASSWORDS, lambda: self._floor("passwords", differ=0))
        yield from _each_after(floor, self._plans(Timed.PLAN, Timed.PLAN_AGAIN))
        yield from _each_after(floor, self._plans(Timed.BARE_PLAN, Timed.BARE_PLAN_AGAIN, "--without-secrets"))
        yield from self._plans(Timed.CHANGED_PLAN, Timed.CHANGED_PLAN_AGAIN, settings=MOVED)
        files = Step(Timed.FLOOR_FILES, lambda: self._floor("files", differ=len(self._company.people)))
        yield from _each_after(files, self._validates())

    def _plans(self, cold: Timed, again: Timed, *options: str, settings: str = AS_IS) -> Iterator[Step]:
        yield Step(cold, lambda: self._plan(settings, *options), before=self._company.forget_cache)
        yield Step(again, lambda: self._plan(settings, *options))

    def _validates(self) -> Iterator[Step]:
        yield Step(Timed.VALIDATE, self._validate, before=self._company.forget_cache)
        yield Step(Timed.VALIDATE_AGAIN, self._validate)

    def _apply_steps(self, saved: str, settings: str) -> Iterator[Step]:
        some = settings == MOVED

        def restore() -> None:
            self._company.restore(saved)

        def prepare() -> None:
            restore()
            self._raw("prepare", settings)

        def save_plan() -> None:
            restore()
            self._efsync(settings, "plan", "--out", "plan.json")

        yield Step(
            Timed.RAW_APPLY_SOME if some else Timed.RAW_APPLY_ALL,
            lambda: self._raw("plan-and-write", settings),
            before=restore,
        )
        yield self._apply_step(saved, settings)
        yield Step(
            Timed.RAW_WRITE_SOME if some else Timed.RAW_WRITE_ALL, lambda: self._raw("write", settings), before=prepare
        )
        yield Step(
            Timed.APPLY_PLAN_SOME if some else Timed.APPLY_PLAN_ALL,
            lambda: self._apply(settings, "plan.json"),
            before=save_plan,
        )

    def _apply_step(self, saved: str, settings: str) -> Step:
        name = Timed.APPLY_SOME if settings == MOVED else Timed.APPLY_ALL
        return Step(name, lambda: self._apply(settings), before=lambda: self._company.restore(saved))

    def _floor(self, what: str, differ: int) -> Run:
        out, done = run(program("floor", what, *self._arguments(AS_IS)), self._company.environment)
        expect(f"the accounts of the floor, {what}", int(out), differ)
        return done

    def _raw(self, what: str, settings: str) -> Run:
        out, done = run(program("raw", what, *self._arguments(settings)), self._company.environment)
        expect(f"the rows of the raw way, {what}", int(out), len(self._changing(settings)))
        if what != "prepare":
            self._expect_written(settings)
        return done

    def _arguments(self, settings: str) -> list[str]:
        database = self._company.database
        accounts = self._company.accounts_folder(settings)
        return [self._parser, str(self._company.folder), accounts, database.kind, json.dumps(database.connect)]

    def _validate(self) -> Run:
        document, done = self._efsync(AS_IS, "validate")
        expect("validate", (document["valid"], document["accounts"]), (True, len(self._company.people)))
        return done

    def _plan(self, settings: str, *options: str) -> Run:
        document, done = self._efsync(settings, "plan", *options)
        changed = self._company.moving if settings == MOVED else []
        found = {change["user"]: [field["field"] for field in change["fields"]] for change in document["changes"]}
        expect("the plan's changes", found, {code: ["domain"] for code in changed})
        expect("the plan's unchanged", document["summary"]["unchanged"], len(self._company.people) - len(changed))
        return done

    def _apply(self, settings: str, *plan: str) -> Run:
        options = plan or ("--yes",)
        document, done = self._efsync(settings, "apply", *options, "--allow-changed")
        changed = len(self._changing(settings))
        expect("the apply", (document["status"], document["summary"]["changed"]), ("applied", changed))
        self._expect_written(settings)
        return done

    def _efsync(self, settings: str, *arguments: str) -> tuple[Any, Run]:
        command = [str(EFSYNC), "--config", settings, *arguments, "--format", "json"]
        out, done = run(command, self._company.environment, self._company.folder)
        return json.loads(out), done

    def _changing(self, settings: str) -> list[str]:
        return self._company.moving if settings == MOVED else [person.code for person in self._company.people]

    def _expect_written(self, settings: str) -> None:
        domain = MOVED_DOMAIN if settings == MOVED else "acme.example"
        new_password = usuarios.c.Cla_Cor.not_like("vieja-%")
        written = count(self._company.database, new_password, usuarios.c.Dom_Cor == domain)
        expect("the rows that were written", written, len(self._changing(settings)))


def _each_after(floor: Step, steps: Iterator[Step]) -> Iterator[Step]:
    for step in steps:
        yield floor
        yield step
