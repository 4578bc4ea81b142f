"""The regular jobs: when each ran last, and when it is due again."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from app.models.base import UtcDateTime


class JobRun(SQLModel, table=True):
    """The last run of a job, one row per job. Who moves ``due_at`` on has claimed the run: nobody else starts it.

    ``last_count`` is how much the job did when it last came to its end, ``last_error`` why it did not this time.
    """

    __tablename__ = "job_run"

    name: str = Field(max_length=64, primary_key=True)
    due_at: datetime = Field(sa_type=UtcDateTime)
    started_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    last_count: int = 0
    last_error: str = Field(default="", max_length=500)
