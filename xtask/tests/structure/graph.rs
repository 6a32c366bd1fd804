//! Circles in a graph.

use std::collections::BTreeSet;

/// The sets of nodes of which each leads to each, those of one node left out.
pub(crate) fn circles(nodes: usize, edges: &BTreeSet<(usize, usize)>) -> Vec<BTreeSet<usize>> {
    let reach: Vec<BTreeSet<usize>> = (0..nodes).map(|node| reachable(node, edges)).collect();
    let mut circles: Vec<BTreeSet<usize>> = Vec::new();
    for node in 0..nodes {
        let circle: BTreeSet<_> =
            reach[node].iter().copied().filter(|other| reach[*other].contains(&node)).collect();
        if circle.len() > 1 && !circles.contains(&circle) {
            circles.push(circle);
        }
    }
    circles
}

fn reachable(from: usize, edges: &BTreeSet<(usize, usize)>) -> BTreeSet<usize> {
    let (mut found, mut open) = (BTreeSet::new(), vec![from]);
    while let Some(node) = open.pop() {
        let next = edges.range((node, 0)..=(node, usize::MAX)).map(|(_, to)| *to);
        open.extend(next.filter(|to| found.insert(*to)));
    }
    found
}
