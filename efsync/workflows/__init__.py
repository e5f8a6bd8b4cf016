"""Each command's story, a module each: `efsync plan` calls `plan.plan`, and so can a script."""
