"""Wallet: what a customer spends in a category, how much of it is ours, and how sure that is.

Definitions and worked examples: docs/method/wallet.md.
"""

from sightline.planning.wallet.combine import (
    Voice,
    Wallet,
    calibrated,
    combine,
    interval_factor,
    model_wallet,
    share_by_rank,
)
from sightline.planning.wallet.facts import (
    Estimate,
    Range,
    Scale,
    ShareRange,
    WalletParameters,
)
from sightline.planning.wallet.share import (
    OpenWallet,
    Parts,
    Question,
    ShareTrend,
    ThreeNumbers,
    headroom,
    narrowing_question,
    realistic_share,
    share_trend,
    split_wallet,
    three_numbers,
    total_of,
    wallet_share,
)
from sightline.planning.wallet.spend import (
    Spend,
    SpendWallet,
    firms_to_class,
    wallets_from_spend,
)
from sightline.planning.wallet.suppliers import (
    Match,
    NameMatch,
    SupplierBook,
    SupplierClass,
    likeness,
    plain_name,
    same_firms,
)

__all__ = [
    "Estimate",
    "Match",
    "NameMatch",
    "OpenWallet",
    "Parts",
    "Question",
    "Range",
    "Scale",
    "ShareRange",
    "ShareTrend",
    "Spend",
    "SpendWallet",
    "SupplierBook",
    "SupplierClass",
    "ThreeNumbers",
    "Voice",
    "Wallet",
    "WalletParameters",
    "calibrated",
    "combine",
    "firms_to_class",
    "headroom",
    "interval_factor",
    "likeness",
    "model_wallet",
    "narrowing_question",
    "plain_name",
    "realistic_share",
    "same_firms",
    "share_by_rank",
    "share_trend",
    "split_wallet",
    "three_numbers",
    "total_of",
    "wallet_share",
    "wallets_from_spend",
]
