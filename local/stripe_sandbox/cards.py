"""Stripe's test payment methods: which card or bank account each is, and how it behaves.

Source: https://docs.stripe.com/testing.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Instrument:
    """A test payment method. `behaviour`: succeed, a key of DECLINES, authenticate, process,
    process_fail, bypass_pending, refund_fail or refund_pending."""

    number: str
    behaviour: str = "succeed"
    brand: str = "visa"
    funding: str = "credit"
    country: str = "US"
    type: str = "card"

    @property
    def last4(self) -> str:
        """The last four digits."""
        return self.number[-4:]


@dataclass(frozen=True)
class Decline:
    """How a refusal is worded."""

    code: str
    decline_code: str | None
    message: str
    param: str | None = None


DECLINES = {
    "generic_decline": Decline("card_declined", "generic_decline", "Your card was declined."),
    "insufficient_funds": Decline(
        "card_declined", "insufficient_funds", "Your card has insufficient funds."
    ),
    "lost_card": Decline("card_declined", "lost_card", "Your card was declined."),
    "stolen_card": Decline("card_declined", "stolen_card", "Your card was declined."),
    "fraudulent": Decline("card_declined", "fraudulent", "Your card was declined."),
    "expired_card": Decline("expired_card", None, "Your card has expired.", "exp_month"),
    "incorrect_cvc": Decline(
        "incorrect_cvc", "incorrect_cvc", "Your card's security code is incorrect.", "cvc"
    ),
    "processing_error": Decline(
        "processing_error",
        None,
        "An error occurred while processing your card. Try again in a little bit.",
    ),
}

BY_NAME = {
    "pm_card_visa": Instrument("4242424242424242"),
    "pm_card_visa_debit": Instrument("4000056655665556", funding="debit"),
    "pm_card_mastercard": Instrument("5555555555554444", brand="mastercard"),
    "pm_card_amex": Instrument("378282246310005", brand="amex"),
    "pm_card_discover": Instrument("6011111111111117", brand="discover"),
    "pm_card_de": Instrument("4000002760000016", country="DE"),
    "pm_card_gb": Instrument("4000008260000000", country="GB"),
    "pm_card_bypassPending": Instrument("4000000000000077", "bypass_pending"),
    "pm_card_refundFail": Instrument("4000000000005126", "refund_fail"),
    "pm_card_pendingRefund": Instrument("4000000000007726", "refund_pending"),
    "pm_card_authenticationRequired": Instrument("4000002500003155", "authenticate"),
    "pm_card_threeDSecure2Required": Instrument("4000000000003220", "authenticate"),
    "pm_card_authenticationRequiredChargeDeclinedInsufficientFunds": Instrument(
        "4000008260003178", "authenticate_insufficient_funds", country="GB"
    ),
    "pm_card_visa_chargeDeclined": Instrument("4000000000000002", "generic_decline"),
    "pm_card_visa_chargeDeclinedInsufficientFunds": Instrument(
        "4000000000009995", "insufficient_funds"
    ),
    "pm_card_visa_chargeDeclinedLostCard": Instrument("4000000000009987", "lost_card"),
    "pm_card_visa_chargeDeclinedStolenCard": Instrument("4000000000009979", "stolen_card"),
    "pm_card_visa_chargeDeclinedFraudulent": Instrument("4100000000000019", "fraudulent"),
    "pm_card_chargeDeclinedExpiredCard": Instrument("4000000000000069", "expired_card"),
    "pm_card_chargeDeclinedIncorrectCvc": Instrument("4000000000000127", "incorrect_cvc"),
    "pm_card_chargeDeclinedProcessingError": Instrument("4000000000000119", "processing_error"),
    "pm_usBankAccount_success": Instrument("000123456789", "process", type="us_bank_account"),
    "pm_usBankAccount_insufficientFunds": Instrument(
        "000222222227", "process_fail", type="us_bank_account"
    ),
}
BY_NAME |= {
    "pm_card_chargeDeclined": BY_NAME["pm_card_visa_chargeDeclined"],
    "pm_card_chargeDeclinedInsufficientFunds": BY_NAME[
        "pm_card_visa_chargeDeclinedInsufficientFunds"
    ],
    "pm_usBankAccount": BY_NAME["pm_usBankAccount_success"],
}
IBANS = {
    "AT611904300234573201": "process",
    "DE89370400440532013000": "process",
    "FR1420041010050500013M02606": "process",
    "AT861904300235473202": "process_fail",
    "DE62370400440532013001": "process_fail",
}
BY_NUMBER = {(instrument.type, instrument.number): instrument for instrument in BY_NAME.values()}
BY_NUMBER |= {
    ("sepa_debit", iban): Instrument(iban, how, country=iban[:2], type="sepa_debit")
    for iban, how in IBANS.items()
}


def luhn(number: str) -> bool:
    """Is the check digit right?"""
    digits = [int(digit) for digit in reversed(number)]
    doubled = (sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0
