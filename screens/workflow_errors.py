"""What the store refuses about workflows, in words; `screens.errors` takes them in."""

from __future__ import annotations

from templates.words import N_

WORKFLOW_INVALID: dict[tuple[str, str], str] = {
    ("title", "empty"): N_("The workflow needs a title."),
    ("title", "too_long"): N_("The title is too long ({value} characters): 60 are allowed."),
    ("title", "taken"): N_("There is a workflow “{value}” already. Choose another title."),
    ("timing", "nonsense"): N_("Nobody knows of it days before: choose “at once” or “days after”."),
    ("days", "beyond"): N_("{value} days cannot be: 0 to 60 are possible."),
    ("hour", "empty"): N_("Say at which hour, as 18:00."),
    ("hour", "syntax"): N_("“{value}” is no hour; write it as 18:00."),
    ("hour", "nonsense"): N_("At this hour it would not be before any more: choose 1 day before, or another hour."),
    ("audience", "nonsense"): N_(
        "This can never be: who confirms an order has ordered, and a recap is the producer's."
    ),
    ("audience", "basket"): N_("This can never be: whoever has an open basket has not ordered yet."),
    ("segment", "nobody"): N_("This means nobody: add somebody in it, or choose others."),
    ("segment", "empty"): N_("Choose the people: which segment."),
    ("steps", "too_many"): N_("A workflow has {value} steps at most."),
    ("place", "nothing"): N_("None of its steps would do anything there. Attach it elsewhere, or add a step."),
    ("place", "over"): N_("It is too late for it there: the moment of each of its steps is past."),
    ("place", "cancelled"): N_("This distribution is cancelled: nothing goes for it."),
    ("place", "after"): N_("Its steps would be too late there: they are due after what they are counted from."),
    ("place", "no_steps"): N_("This workflow has no step yet: add one, then attach it."),
    ("occurrence", "queued"): N_("It has gone out already."),
    ("occurrence", "over"): N_("It is over already: it went out, or there was nobody to write to."),
    ("occurrence", "copied"): N_("This file was copied or restored: it sends nothing before “cabas outbox adopt”."),
    ("occurrence", "newer"): N_("A newer mail tells what this one would: it stays where it is."),
    ("occurrence", "not_skipped"): N_("It was not skipped: somebody has changed it meanwhile."),
    ("message_state", "workflow_step"): N_("This is the text of a workflow's step: change it in the workflow."),
}

WORKFLOW_NOT_FOUND = {
    "workflow": N_("There is no workflow “{key}”."),
    "workflow_step": N_("There is no such step, or not any more."),
    "workflow_template": N_("There is no template “{key}”."),
    "occurrence": N_("It goes no more: the distribution or the workflow has changed."),
    "workflow_place": N_("“{key}” is not attached there."),
}

WORKFLOW_CHANGED = {
    "workflow": N_("Somebody else changed this workflow meanwhile. Look at it as it is now, then change it."),
    "workflow_step": N_("Somebody else changed this step meanwhile. Look at it as it is now, then change it."),
    "occurrence": N_("Somebody is changing what it says at this moment. It is tried again."),
}
