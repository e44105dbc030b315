use rejoin::prelude::*;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;

#[derive(Clone)]
pub struct Service {
    pub base: u32,
}

impl Service {
    #[scoped]
    pub async fn by_reference(&self) -> u32 {
        self.base
    }

    #[scoped]
    pub async fn by_mutable_reference(&mut self) -> u32 {
        self.base += 1;
        self.base
    }

    #[scoped]
    pub async fn by_value(self) -> u32 {
        self.base
    }

    #[scoped]
    pub async fn by_mutable_value(mut self) -> u32 {
        self.base += 1;
        self.base
    }

    #[scoped]
    pub async fn by_arc(self: Arc<Self>) -> u32 {
        let task = spawn!(async { self.base });
        task.await
    }

    #[scoped]
    pub async fn by_reference_to_an_arc(self: &Arc<Self>) -> u32 {
        self.base
    }

    #[scoped]
    pub async fn by_box(self: Box<Self>) -> u32 {
        self.base
    }

    #[scoped]
    pub async fn by_rc(self: Rc<Self>) -> u32 {
        tokio::task::yield_now().await;
        self.base
    }

    #[scoped]
    pub async fn by_pin(self: Pin<&mut Self>) -> u32 {
        self.base
    }

    #[scoped]
    pub async fn by_typed_reference(self: &Self) -> u32 {
        self.base
    }

    #[scoped]
    pub async fn with_a_lifetime<'a>(&'a self, other: &'a Service) -> &'a u32 {
        &other.base
    }

    #[scoped]
    pub async fn unmentioned(&self) -> u32 {
        1
    }

    #[scoped]
    pub async fn associated(base: u32) -> Self {
        Self { base }
    }
}
