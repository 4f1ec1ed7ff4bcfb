"""Import of a network from one file: read, recognise, check, plan, apply; each step is its own module.

reading, workbook, columns, cells, emails, days, parsing and problems are pure (no Django, no database);
planning compares with the network's rows, applying writes, wording turns reasons into sentences.
"""
