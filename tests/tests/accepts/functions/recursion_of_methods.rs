use rejoin::prelude::*;

pub struct Tree {
    pub children: Vec<Tree>,
}

impl Tree {
    #[scoped]
    pub async fn size(&self) -> usize {
        let mut sum = 1;
        for child in &self.children {
            sum += child.size().await;
        }
        sum
    }

    #[scoped]
    pub async fn depth(tree: &Tree) -> usize {
        let group = task_group!();
        for child in &tree.children {
            group.spawn(Self::depth(child));
        }
        1 + group.join_all().await.into_iter().max().unwrap_or(0)
    }
}
