"""What all requests of one application share."""

from pathlib import Path

from nextwsgi.after import Work
from nextwsgi.project import Project


def test_a_thread_that_comes_late_goes_on_with_the_loop_of_the_first() -> None:
    project = Project(Path())
    first = project.loop
    assert vars(Project)["loop"].func(project) is first


def test_a_thread_that_comes_late_leaves_its_work_where_the_first_did() -> None:
    project = Project(Path())
    first, threads = project.work, project.work._threads
    assert vars(Project)["work"].func(project) is first
    assert vars(Work)["_threads"].func(first) is threads
    project.close()


def test_a_project_without_a_loop_has_none_to_close() -> None:
    project = Project(Path())
    project.close()
    assert "loop" not in vars(project)
