"""The app's main module, started by `python3 -m q_app.run`."""
from h2o_wave import listen, Q, ui

from .count import read_count, write_count


async def main_page(q: Q):
    """Called at the first visit, and again at each click."""
    count = read_count()
    if q.args.add:
        count += 1
        write_count(count)
        print(f'Count is now {count}')

    q.page['counter'] = ui.form_card(box='1 1 3 3', items=[
        ui.text_xl('Guide Wave'),
        ui.text(f'{count} clicks so far, counted over restarts'),
        ui.button(name='add', label='Click me', primary=True),
    ])
    await q.page.save()


if __name__ == '__main__':
    listen('/', main_page)
