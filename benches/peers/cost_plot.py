#!/usr/bin/env python3
"""How the cost of a mixed model grows, as a picture: time against students and against units.

usage: BENCH DATA scaling | cost_plot.py > docs/pictures/value_added_cost.svg

BENCH is the bench `value_added`, which prints a line `scaling_STUDENTS_UNITS seconds …` per case. Both axes are
logarithmic; a straight line of the dotted slope is cost in proportion. Nothing but the standard library is needed.
"""
import math
import re
import sys

WIDTH, HEIGHT, LEFT, TOP, SIDE, GAP = 760, 360, 70, 60, 240, 120
LINE = re.compile(r"scaling_(\d+)_(\d+)\s+([\d.eE+-]+)")


def short(number):
    for unit, letter in ((1e6, "M"), (1e3, "k")):
        if number >= unit:
            return f"{number / unit:g}{letter}"
    return f"{number:g}"


def panel(points, left, name, note, low, high):
    xs = [math.log10(x) for x, _ in points]
    first, last = math.floor(min(xs)), math.ceil(max(xs))
    bottom = TOP + SIDE
    x = lambda value: left + SIDE * (math.log10(value) - first) / (last - first)
    y = lambda value: bottom - SIDE * (math.log10(value) - low) / (high - low)
    out = [f'<text x="{left}" y="{TOP - 14}" font-size="13">{note}</text>']
    for power in range(first, last + 1):
        at = x(10**power)
        out.append(f'<line x1="{at:.1f}" y1="{TOP}" x2="{at:.1f}" y2="{bottom}" stroke="#ddd"/>')
        out.append(f'<text x="{at:.1f}" y="{bottom + 18}" text-anchor="middle">{short(10**power)}</text>')
    for power in range(low, high + 1):
        at = y(10**power)
        out.append(f'<line x1="{left}" y1="{at:.1f}" x2="{left + SIDE}" y2="{at:.1f}" stroke="#ddd"/>')
        out.append(f'<text x="{left - 8}" y="{at + 4:.1f}" text-anchor="end">{10**power:g} s</text>')
    out.append(f'<text x="{left + SIDE / 2}" y="{bottom + 38}" text-anchor="middle">{name}</text>')
    path = " ".join(f"{x(a):.1f},{y(b):.1f}" for a, b in points)
    out.append(f'<polyline points="{path}" fill="none" stroke="#0072B2" stroke-width="2"/>')
    start = points[0]
    end = min(points[-1][0], start[0] * 10**high / start[1])
    out.append(f'<line x1="{x(start[0]):.1f}" y1="{y(start[1]):.1f}" x2="{x(end):.1f}" '
               f'y2="{y(start[1] * end / start[0]):.1f}" stroke="#777" stroke-dasharray="2 4"/>')
    for a, b in points:
        out.append(f'<circle cx="{x(a):.1f}" cy="{y(b):.1f}" r="4" fill="#0072B2"/>')
        out.append(f'<text x="{x(a) - 6:.1f}" y="{y(b) - 8:.1f}" text-anchor="end">{b:.2g}</text>')
    return out


def main():
    cases = {(int(m[1]), int(m[2])): float(m[3]) for m in map(LINE.match, sys.stdin) if m}
    rows = sorted((students, time) for (students, units), time in cases.items() if units * 100 == students)
    most = max(students for students, _ in cases)
    levels = sorted((units, time) for (students, units), time in cases.items() if students == most)
    if len(rows) < 2 or len(levels) < 2:
        sys.exit("the lines scaling_STUDENTS_UNITS are missing")
    times = [time for _, time in rows + levels]
    low, high = math.floor(math.log10(min(times))), math.ceil(math.log10(max(times)))
    words = ", ".join(f"{short(s)} students in {short(u)} units {t:.2g} s" for (s, u), t in sorted(cases.items()))
    title = "Seconds of a fit of exit ~ entry + (1 + entry | unit), one thread"
    body = [f'<text x="{LEFT}" y="22" font-size="15">{title}</text>']
    body += panel(rows, LEFT, "students", "100 students in a unit", low, high)
    body += panel(levels, LEFT + SIDE + GAP, "units", f"{short(most)} students", low, high)
    body.append(f'<text x="{LEFT}" y="{HEIGHT - 4}" font-size="10" fill="#555">dotted: in proportion; '
                "design and cross-products included; both axes logarithmic</text>")
    print(f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}" '
          f'role="img" font-family="sans-serif" font-size="11"><title>{title}</title><desc>{words}</desc>'
          f'<rect width="100%" height="100%" fill="white"/>{"".join(body)}</svg>')


if __name__ == "__main__":
    main()
