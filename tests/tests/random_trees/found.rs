//! Programs that broke a promise once, made as small as they could be.

use crate::tree::{Block, End, GroupEnd, Program, ProgramEnd, Step};

fn defer(code: Block) -> Step {
    Step::Defer { code, fails: false }
}

fn daemon(body: Block) -> Step {
    Step::Daemon { body, linked: false }
}

fn task(body: Block) -> Step {
    Step::Task { body, linked: true, end: End::Await }
}

pub(crate) fn programs() -> Vec<Program> {
    vec![
        // A panic on its way past a clean-up was destroyed with it, and nobody was told.
        Program {
            body: vec![defer(vec![Step::Forever]), Step::Try(vec![defer(vec![Step::Trap])]), Step::Sleep(0)],
            end: ProgramEnd::WithoutRuntime(0),
        },
        // So was a panic of one branch that waited for another to unwind.
        Program {
            body: vec![Step::Join(
                vec![defer(vec![Step::Forever]), Step::Sleep(9)],
                vec![Step::Yield, Step::Panic],
            )],
            end: ProgramEnd::WithoutRuntime(2),
        },
        // A limit never passed: it counted on the timer of a loser of a race, which was gone.
        Program {
            body: vec![
                Step::Race(vec![Step::Timeout(1, vec![Step::Forever])], vec![]),
                Step::Shield(None, vec![Step::Timeout(3, vec![Step::Forever])]),
            ],
            end: ProgramEnd::ByItself,
        },
        // A daemon in a clean-up that took too long was taken for left behind.
        Program {
            body: vec![defer(vec![daemon(vec![]), defer(vec![Step::Forever]), Step::Sleep(1)])],
            end: ProgramEnd::ByItself,
        },
        // So were tasks of a task whose runtime was gone.
        Program {
            body: vec![daemon(vec![]), task(vec![daemon(vec![Step::Sleep(42)]), task(vec![Step::Sleep(9)])])],
            end: ProgramEnd::WithoutRuntime(8),
        },
        // Of tasks beside each other that are destroyed on the spot the first went first.
        Program {
            body: vec![
                Step::Group {
                    children: vec![
                        vec![],
                        vec![],
                        vec![
                            daemon(vec![]),
                            Step::Group { children: vec![vec![Step::Sleep(1)]], end: GroupEnd::First },
                        ],
                    ],
                    end: GroupEnd::Next,
                },
                defer(vec![Step::Yield]),
                Step::Timeout(0, vec![Step::Panic]),
            ],
            end: ProgramEnd::ByItself,
        },
    ]
}
