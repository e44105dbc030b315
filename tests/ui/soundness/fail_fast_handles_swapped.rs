use rejoin::{FailFast, TaskGroup};

fn longer<'g, 'short>(group: TaskGroup<'g, (), FailFast<&'short str>>) -> TaskGroup<'g, (), FailFast<&'static str>> {
    group
}

fn shorter<'g, 'short>(group: TaskGroup<'g, (), FailFast<&'static str>>) -> TaskGroup<'g, (), FailFast<&'short str>> {
    group
}

fn main() {}
