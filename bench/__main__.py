"""`python -m bench`: servers, data, rounds, two tables. Ends with 1 when a limit is passed."""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from bench import servers
from bench.cpu import burnt
from bench.load import Load, run

if TYPE_CHECKING:
    from bench.pages import Asked, Page

BARE = "/bench/one-select"
BARE_REQUESTS, PAGE_REQUESTS, WARM_UP = 1_000, 160, 40
SLEEPING = 10_000
REMINDED = 2_300  # of whom 2,000 and some are due in the same half hour; the table says how many
COACH_OF_FOUR = "coach@quatre.example"
MODES = ("pages", "jobs")
PATTERNS, MESSAGES, KILLS, ETA_MESSAGES = "patterns", 1_500, 150, 600


@dataclass
class Measure:
    """The rounds of one page, each between two measures of U: a machine is not as fast a minute later."""

    units: list[float] = field(default_factory=list)
    cpu_ms: list[float] = field(default_factory=list)
    loads: list[Load] = field(default_factory=list)


def main() -> int:
    options = _options()
    with servers.database() as (folder, postgres):
        web_port, mail_port = servers.ports()
        values = servers.environment(folder, postgres, web_port, mail_port)
        _say("tables, files, programme")
        servers.manage(values, "prepare_database")
        servers.manage(values, "prepare_site")
        _set_up(values)
        if PATTERNS in options.only:
            _patterns(folder, values["DATABASE_URL"], options.share)
        if options.only == [PATTERNS]:
            return 0
        good = True
        roots = [postgres.process.pid] if postgres.process else []
        built = _data(options)
        with servers.web(folder, values, web_port) as web_pid:
            roots.append(web_pid)
            if "pages" in options.only:
                good &= _pages(built, web_port, roots, options.rounds, options.share)
            if "jobs" in options.only:
                unit = partial(_unit, web_port, roots, options.share)
                good &= _jobs(built, folder, values, mail_port, options.sleeping, unit)
    return 0 if good else 1


def _patterns(folder: Path, dsn: str, share: float) -> None:
    """Who loses and who doubles when workers are killed: no limit, the table is the result."""
    from bench.anchors import run

    messages, kills = int(MESSAGES * share), int(KILLS * share)
    found = []
    _say(f"{messages} messages, {kills} kills, pattern by pattern")
    for is_deduplicating in (False, True):
        found.append(run.ours(folder, messages, kills, is_deduplicating=is_deduplicating))
        _say(str(found[-1]))
    for each in chain(run.patterns(dsn, folder, messages, kills), run.eta(folder, int(ETA_MESSAGES * share))):
        found.append(each)
        _say(str(each))
    print()
    _table(run.HEAD, [each.row for each in found])


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="alternating rounds (default 5)")
    parser.add_argument("--only", nargs="+", choices=(*MODES, PATTERNS), default=MODES, help="a part")
    parser.add_argument("--share", type=float, default=1.0, help="share of the usual number of requests")
    parser.add_argument("--quick", action="store_true", help="one short round and few sleeping networks")
    parser.add_argument("--sleeping", type=int, default=SLEEPING, help="networks with nothing due")
    options = parser.parse_args()
    if options.quick:
        options.rounds, options.share, options.sleeping = 1, 0.5, 500
    return options


def _set_up(values: dict[str, str]) -> None:
    """This process becomes one of the site's: same database, same role, same settings."""
    for name in ("DATABASE_OWNER_URL", "REDIS_URL", "CAIRN_DEMO", "MAIL_FOLDER", "PORT"):
        os.environ.pop(name, None)
    os.environ.update(values, DJANGO_SETTINGS_MODULE="config.settings")
    import django

    django.setup()


def _data(options: argparse.Namespace) -> dict[str, object]:
    from bench import data

    begun = time.perf_counter()
    built: dict[str, object] = {"usual": data.build("mesure", agencies=20, people=20)}
    if "pages" in options.only:
        built["large"] = data.build("grand", agencies=20, people=400)
        built["wide"] = data.build("vaste", agencies=400, people=400)
        built["coached"] = [
            data.build(f"coach-{n}", agencies=20, people=20, coach=COACH_OF_FOUR) for n in range(4)
        ]
    if "jobs" in options.only:
        from bench import jobs

        built["reminded"] = data.build("rappels", agencies=100, people=REMINDED)
        data.settle()
        built["alone_ms"] = jobs.tick_ms()
    data.sleep(options.sleeping, built["usual"].cohort.programme_version)  # type: ignore[attr-defined]
    data.settle()
    _say(
        f"data in {time.perf_counter() - begun:.0f} s, {options.sleeping:,} networks beside the measured ones"
    )
    return built


def _pages(built: dict, port: int, roots: list[int], rounds: int, share: float) -> bool:  # type: ignore[type-arg]
    from bench.pages import count_queries, measured

    pages = measured(built["usual"], built["large"], built["wide"], built["coached"])
    queries = {page.name: count_queries(page) for page in pages}
    measures = {page.name: Measure() for page in pages}
    bare_ms: list[float] = []
    for page in pages:
        run(port, page.path, WARM_UP, cookie=page.cookie, expect=page.expect)
    run(port, BARE, WARM_UP, cookie="", expect="mesure")
    for number in range(rounds):
        _say(f"round {number + 1} of {rounds}")
        before = _unit(port, roots, share)
        for page in pages:
            cost, load = _cost(port, page.path, int(PAGE_REQUESTS * share), roots, page.cookie, page.expect)
            after = _unit(port, roots, share)
            measures[page.name].units.append(cost / ((before + after) / 2))
            measures[page.name].cpu_ms.append(cost)
            measures[page.name].loads.append(load)
            bare_ms.append(after)
            before = after
    print(f"\nU = {statistics.median(bare_ms):.3f} ms of CPU: this server answering one indexed SELECT")
    return _page_table(pages, measures, queries)


def _unit(port: int, roots: list[int], share: float) -> float:
    """U in CPU milliseconds, now."""
    cost, _load = _cost(port, BARE, int(BARE_REQUESTS * share), roots, "", "mesure")
    return cost


def _cost(port: int, path: str, count: int, roots: list[int], cookie: str, expect: str) -> tuple[float, Load]:
    """CPU milliseconds of web and database per request."""
    before = burnt(roots)
    load = run(port, path, count, cookie=cookie, expect=expect)
    return 1000 * (burnt(roots) - before) / count, load


def _page_table(pages: list[Page], measures: dict[str, Measure], queries: dict[str, Asked]) -> bool:
    head = ("page", "U", "limit", "CPU ms", "p50 ms", "p95 ms", "req/s", "queries", "limit", "KB", "")
    rows, good = [], True
    for page in pages:
        measure, asked = measures[page.name], queries[page.name]
        units = statistics.median(measure.units)
        kilobytes = max(max(load.sizes) for load in measure.loads) / 1024
        base = statistics.median(measures[page.times_of].units) if page.times_of else None
        within = (
            (page.units is None or units <= page.units)
            and (base is None or page.times is None or units <= page.times * base)
            and (page.queries is None or asked.in_scope <= page.queries)
            and (page.kilobytes is None or kilobytes <= page.kilobytes)
        )
        good &= within
        rows.append(
            (
                page.name,
                f"{units:.1f}",
                _limit(page, base),
                f"{statistics.median(measure.cpu_ms):.2f}",
                f"{1000 * statistics.median(load.percentile(0.5) for load in measure.loads):.1f}",
                f"{1000 * statistics.median(load.percentile(0.95) for load in measure.loads):.1f}",
                f"{statistics.median(load.per_second for load in measure.loads):.0f}",
                f"{asked.in_scope} ({asked.all})",
                "" if page.queries is None else str(page.queries),
                f"{kilobytes:.1f}",
                "ok" if within else "OVER",
            )
        )
    _table(head, rows)
    print("queries: inside the network's scope (all, with session, person and memberships)")
    return good


def _limit(page: Page, base: float | None) -> str:
    """In U; of a page that is compared with another, so many times what that one cost just now."""
    if base is not None and page.times is not None:
        return f"{page.times:g} x {base:.1f}"
    return "" if page.units is None else f"{page.units:g}"


def _jobs(
    built: dict,  # type: ignore[type-arg]
    folder: Path,
    values: dict[str, str],
    mail_port: int,
    sleeping: int,
    unit: Callable[[], float],
) -> bool:
    from bench import jobs

    reminded = built["reminded"]
    dawn = jobs.digest_morning(reminded)
    _say("tick, planning, delivering")
    found = [
        jobs.quiet_tick(sleeping, built["alone_ms"]),
        jobs.planning(reminded, dawn, unit),
        *jobs.planning_and_claiming(reminded, dawn),
        jobs.delivering(reminded, lambda: servers.sink(folder, values, mail_port)),
    ]
    rows = [
        (job.name, job.result, job.limit, {None: "", True: "ok", False: "OVER"}[job.is_good]) for job in found
    ]
    print()
    _table(("work", "measured", "limit", ""), rows)
    return all(job.is_good is not False for job in found)


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    widths = [max(len(row[place]) for row in (head, *rows)) for place in range(len(head))]
    for row in (head, tuple("-" * width for width in widths), *rows):
        cells = [
            text.ljust(width) if place == 0 else text.rjust(width)
            for place, (text, width) in enumerate(zip(row, widths, strict=True))
        ]
        print("  ".join(cells).rstrip())


def _say(line: str) -> None:
    print(f"  {line}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
