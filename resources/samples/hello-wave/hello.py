"""A first Wave app. Try it: change a text below, bundle it, run it again."""
from h2o_wave import main, app, Q, ui


@app('/')
async def serve(q: Q):
    """Called at the first visit, and again at each click or entry."""
    if not q.client.ready:
        q.client.ready = True
        q.client.count = 0
        q.client.name = 'world'
        show_page(q)

    if q.args.add:
        q.client.count += 1
        # What an app prints is what `q8s-cli instance logs -f` shows.
        print(f'Count is now {q.client.count}')
    if q.args.greet:
        q.client.name = q.args.name or 'world'
        print(f'Greeting {q.client.name}')

    q.page['greeting'].title = f'Hello, {q.client.name}!'
    q.page['counter'].items = counter(q)
    await q.page.save()


def show_page(q: Q):
    """Lays the page out once; later only what changes is sent."""
    q.page['meta'] = ui.meta_card(
        box='',
        title='Hello Wave',
        theme='sky',
        themes=[ui.theme(name='sky', primary='#2f6fde', text='#1d2229', card='#ffffff', page='#eef3fb')],
        layouts=[ui.layout('xs', width='760px', zones=[
            ui.zone('top'),
            ui.zone('middle', direction=ui.ZoneDirection.ROW),
        ])],
    )
    q.page['greeting'] = ui.header_card(
        box='top', title='Hello!', subtitle='This app runs as it would on q8s.', icon='Emoji2', color='primary')
    q.page['form'] = ui.form_card(box=ui.box('middle', width='60%'), items=[
        ui.textbox(name='name', label='Who shall be greeted?', placeholder='world'),
        ui.button(name='greet', label='Greet'),
    ])
    q.page['counter'] = ui.form_card(box=ui.box('middle', width='40%'), items=counter(q))


def counter(q: Q):
    return [
        ui.text_xl(f'{q.client.count}'),
        ui.text('clicks so far'),
        ui.button(name='add', label='Click me', primary=True),
    ]
