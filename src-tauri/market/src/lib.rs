//! Prices, denoms and run-way of Akash leases, with units in the type.
