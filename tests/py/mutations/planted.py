"""Every planted fault: of the database and of the product's Python."""

from tests.py.mutations.faults.accounts import ACCOUNTS
from tests.py.mutations.faults.checkout import CHECKOUT
from tests.py.mutations.faults.constraints import CHECKS, KEYS
from tests.py.mutations.faults.discounts import DISCOUNTS
from tests.py.mutations.faults.downloads import DOWNLOADS
from tests.py.mutations.faults.events import EVENTS
from tests.py.mutations.faults.fees import FEES
from tests.py.mutations.faults.files import FILES
from tests.py.mutations.faults.grants import GRANTS
from tests.py.mutations.faults.ledger import LEDGER
from tests.py.mutations.faults.messages import MESSAGES
from tests.py.mutations.faults.policies import POLICIES
from tests.py.mutations.faults.predicates import PREDICATES
from tests.py.mutations.faults.queues import QUEUES
from tests.py.mutations.faults.realtime import REALTIME
from tests.py.mutations.faults.requests import REQUESTS
from tests.py.mutations.faults.reviews import REVIEWS
from tests.py.mutations.faults.states import STATES
from tests.py.mutations.faults.stock import STOCK
from tests.py.mutations.faults.webhooks import WEBHOOKS

SQL = (
    *(*POLICIES, *GRANTS, *PREDICATES, *REQUESTS),
    *(*LEDGER, *FEES, *EVENTS, *STATES),
    *(*CHECKOUT, *STOCK, *DISCOUNTS, *DOWNLOADS),
    *(*ACCOUNTS, *REVIEWS),
    *(*QUEUES, *REALTIME, *KEYS, *CHECKS),
)
CODE = (*WEBHOOKS, *FILES, *MESSAGES)
