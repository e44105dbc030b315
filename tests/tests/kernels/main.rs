//! Ways to hang and to leak: the blocking bugs of the GoKer collection, each written anew with
//! rejoin, and more that services were seen to have. What the compiler rejects is in `ui/kernels`;
//! the table of all is `kernels.md`.

mod cockroach;
mod etcd;
mod grpc;
mod hugo;
mod istio;
mod kubernetes;
mod leaks;
mod moby;
mod serving;
mod syncthing;
mod table;

/// How long a program that never ends may try to.
const LIMIT: std::time::Duration = std::time::Duration::from_millis(200);
