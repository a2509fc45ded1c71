"""The key: its rights, its age, who may use it.

Imports: domain, net. Imported by: doctor.
"""

from typing import Final

from fathom.domain import AuthError, FathomError, Finding
from fathom.net import keys

GROUP: Final = "key"


async def look_at_key(
    client: keys.Caller, *, now_ns: int, rotation_days: int, allow_unknown: bool, source: str, fingerprint: str
) -> list[Finding]:
    """Return the findings. One of `signature` is there where the venue does not take the key."""
    where = Finding(group=GROUP, check="source", level="ok", found=f"key {fingerprint} from {source}")
    try:
        info = await keys.ask_key_info(client)
    except AuthError as error:
        advice = "write a key that is valid where this one is, key and secret of the same one"
        return [where, Finding(group=GROUP, check="signature", level="error", found=str(error), advice=advice)]
    except FathomError as error:
        advice = "try again when the venue can be reached"
        return [where, Finding(group=GROUP, check="signature", level="error", found=str(error), advice=advice)]
    judged = keys.judge_key(
        info, now_ns=now_ns, rotation_days=rotation_days, for_trading=False, allow_unknown=allow_unknown
    )
    return [where, *judged]
