"""Without the extra `history` these tests are not run."""

import pytest

pytest.importorskip("pyarrow", reason="the extra `history` is not installed")
