"""What a pipeline does around efsync: one comment on a pull request, the reviewed plan, an issue for drift.

It calls the command `efsync` as people do, and speaks to GitHub or GitLab. The files that people paste are in
`pipelines/`, and all that they run is in here.
"""
