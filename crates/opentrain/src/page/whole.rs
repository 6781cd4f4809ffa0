//! Lists that the service gives whole: pages of their own, so that a cursor may come later and one bad element spoils nothing.

use super::Paged;
use crate::types::{
    Contract, ContractList, Cursor, PendingPayment, PendingPaymentList, Timestamp, TokenList,
    TokenMetadata, WebhookList, WebhookSubscription,
};

macro_rules! whole {
    ($($body:ident: $list:ident of $item:ident,)*) => {
        $(impl Paged for $body {
            type Item = $item;
            const LIST: &'static str = stringify!($list);

            fn split(self) -> (Vec<$item>, Option<Cursor>, Option<Timestamp>) {
                (self.$list, None, None)
            }
        })*
    };
}

whole! {
    ContractList: contracts of Contract,
    PendingPaymentList: payments of PendingPayment,
    TokenList: tokens of TokenMetadata,
    WebhookList: webhooks of WebhookSubscription,
}
