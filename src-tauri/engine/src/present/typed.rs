//! Words for what was typed and cannot be used.

use crate::record::problem::{AddressProblem, Amount, Input};

/// What to write instead, one sentence.
pub(super) const fn typed(input: Input) -> &'static str {
    match input {
        Input::NoKey => "Paste your API key first.",
        Input::NoName => "A deployment needs a name.",
        Input::NoProvider => "There is no such provider.",
        Input::TooManyFavourites => "500 providers are marked already.",
        Input::NoSample => "There is no such sample.",
        Input::NotInList => "This file is no longer in the list.",
        Input::TextTooLarge => "The text is larger than 512 KiB; the Console takes no larger one.",
        Input::ChooseEveryPart => "Choose a provider for every part first.",
        Input::SpentAlready => "It has spent that much already.",
        Input::Hours => "It can run 1 to 48 hours longer at a time, and a year in all.",
        Input::Port => "A port is a number from 1 to 65535.",
        Input::Image => {
            "This is not the name of an image. Write it like nginx:1.27 or ghcr.io/owner/name:1.0."
        }
        Input::Answer => "Write something first.",
        Input::TextSize => "The size of text is 100, 125, 150 or 200 percent.",
        Input::Comma => "Write the amount without a comma, like 1000 or 2.50.",
        Input::Cents => "Write whole cents, like 2.50.",
        Input::NoAmount(Amount::SetAside) => "Write the amount in dollars, like 5 or 2.50.",
        Input::NoAmount(Amount::Limit) => "Write the most it may cost a month, like 6 or 2.50.",
        Input::NoAmount(Amount::Ceiling) => "Write the most it may spend in all, like 20 or 2.50.",
        Input::TooSmall(Amount::SetAside) => "The least that can be set aside is $0.50.",
        Input::TooSmall(Amount::Limit) => "The most it may cost a month is $0.01 or more.",
        Input::TooSmall(Amount::Ceiling) => "The most it may spend in all is $0.01 or more.",
        Input::TooLarge(Amount::SetAside) => {
            "More than $10,000 at once looks like a typing mistake."
        }
        Input::TooLarge(Amount::Limit) => {
            "More than $1,000,000 a month looks like a typing mistake."
        }
        Input::TooLarge(Amount::Ceiling) => {
            "More than $1,000,000 in all looks like a typing mistake."
        }
        Input::Address(AddressProblem::NoAddress) => "This is not an address.",
        Input::Address(AddressProblem::NoHttps) => "The address has to begin with https://.",
        Input::Address(AddressProblem::Extras) => {
            "The address can hold no name, password or question mark."
        }
    }
}
