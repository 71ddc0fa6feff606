"""What producers do not know yet, as one condition for all who ask: the desk, the lists, the supplements.

It is counted by distribution, member and product, as the sum of the changes: who cancelled and ordered the same anew
has changed nothing, and the changes of two members who were merged stand beside one another.
"""

from __future__ import annotations

UNTOLD = """h.after_recap = 1 AND (h.supplement_sent_at IS NULL OR EXISTS (
    SELECT 1 FROM recaps r WHERE r.id = h.recap_id AND r.way = 'mail' AND NOT EXISTS (
        SELECT 1 FROM recap_deliveries rd JOIN deliveries d ON d.id = rd.delivery_id
        WHERE rd.recap_id = r.id AND d.state NOT IN ('failed', 'held', 'bounced'))))"""
"""The condition of a change `h` of `order_changes` that its producer does not know: it came after the recap, and no
supplement has told it, or only by mails that nobody got."""
