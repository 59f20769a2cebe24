"""Make the samples of the five standard programmes.

    python samples/make_samples.py [NAME ...]

Each has a module of its own, which says who sends what and which faults are put in; all of
them share :mod:`sample_kit`. Everything follows from one seed a sample. The returns of
``ke-hoach-phuong`` are filled in by a running LibreOffice (python3-uno), the others by
openpyxl. The figures are invented; no person is named.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping

import sample_cong_tac_nam
import sample_dan_van_kheo
import sample_ke_hoach_phuong
import sample_phoi_hop_2021
import sample_phoi_hop_2024

MAKERS: Mapping[str, Callable[[], None]] = {
    "phoi-hop-2024": sample_phoi_hop_2024.make,
    "phoi-hop-2021": sample_phoi_hop_2021.make,
    "cong-tac-nam": sample_cong_tac_nam.make,
    "dan-van-kheo": sample_dan_van_kheo.make,
    "ke-hoach-phuong": sample_ke_hoach_phuong.make,
}


def main() -> None:
    """Make those named, else all."""
    for name in sys.argv[1:] or MAKERS:
        MAKERS[name]()


if __name__ == "__main__":
    main()
