import draw_orders

from fathom.orders import ORDER_NEWS, TRANSITIONS


def test_the_page_is_current() -> None:
    assert draw_orders.PAGE.read_text() == draw_orders.drawn(), "run tools/draw_orders.py"


def test_every_cell_of_the_page_is_a_cell_of_the_table() -> None:
    lines = [line for line in draw_orders.drawn().splitlines() if line.startswith("|")]
    header, _, *rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    states = [cell.split("`")[1] for cell in header[1:]]
    names = {kind.__name__: kind for kind in ORDER_NEWS}
    read = {
        (state, names[row[0]], cell.strip("*"))
        for row in rows
        for state, cell in zip(states, row[1:], strict=True)
        if cell
    }
    assert read == {(state, kind, after) for state, row in TRANSITIONS.items() for kind, after in row.items()}
