"""Scores above the median as decisions: the scoring rate of New York City's Local Law 144."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fateaudit.counting import count
from fateaudit.counts import Counts

if TYPE_CHECKING:
    from fateaudit.evaluation import Scored


def count_above_median(scored: Scored) -> Counts:
    """Return counts in which "favourable" stands for a score strictly better than the median score of all rows.

    All rows make the median, those whose group is not recorded among them; they are in no group's rate. Labels play no
    part and are left out.

    Source: Rules of the City of New York, title 6, section 5-301.
    """
    above = (scored.toward > np.median(scored.toward)).astype(np.int8)
    return count(scored.attributes, np.full(len(above), -1, np.int8), above)
