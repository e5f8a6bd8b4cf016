"""How a plan is printed, whichever command made it."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from efsync.cli.session import Output
    from efsync.model.plans import Plan


def print_plan(output: "Output", plan: "Plan") -> None:
    """Print a plan in the form that was asked for, and what is to be said of it."""
    if output.json:
        from efsync.views.documents import plan_document

        output.document(plan_document(plan))
    elif output.markdown:
        from efsync.views.plan_markdown import plan_markdown

        output.page(plan_markdown(plan))
    elif output.html:
        from efsync.views.plan_report import plan_report

        output.page(plan_report(plan))
    else:
        from efsync.views.plan_text import plan_text  # slow to import, and of no use for a document

        output.text(plan_text(plan))
    output.problems(plan.problems)
