//! Programs as people write them: no rule is allowed away in any of them, and none gives a false alarm.

mod actor;
mod cache;
mod chat;
mod crawler;
mod drain;
mod importer;
mod orders;
mod poller;
mod quotes;
mod scheduler;
mod shipper;
mod worker_pool;
