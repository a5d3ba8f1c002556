//! Every state with every step.

use super::*;

#[test]
fn the_ordinary_way_ends_archived() {
    use DisputeStep::{Accept, Agree, Archive, Ask, Fulfil, Mediate, Perform};
    let way = [Ask, Accept, Mediate, Agree, Perform, Fulfil, Archive];
    let end = way.iter().try_fold(DisputeState::Registered, |state, &step| state.after(step));
    assert_eq!(end.ok(), Some(DisputeState::Archived));
}

#[test]
fn every_other_pair_of_state_and_step_is_refused_and_says_why() {
    use DisputeState as S;
    use DisputeStep as D;
    // From, by, to; where it leads nowhere else, it stays.
    let moves: [(&[S], D, S); 11] = [
        (&[S::Registered], D::Accept, S::Accepted),
        (&[S::Accepted], D::Mediate, S::Mediating),
        (&[S::Mediating], D::Agree, S::Agreed),
        (&[S::Mediating], D::Fail, S::Failed),
        (&[S::Agreed], D::Perform, S::Performing),
        (&[S::Performing, S::Breached], D::Fulfil, S::Fulfilled),
        (&[S::Performing], D::Breach, S::Breached),
        (&[S::Failed], D::Transfer, S::Transferred),
        (&[S::Registered, S::Accepted, S::Mediating], D::Refuse, S::Refused),
        (&[S::Registered, S::Accepted, S::Mediating], D::Withdraw, S::Withdrawn),
        (
            &[S::Fulfilled, S::Failed, S::Refused, S::Withdrawn, S::Breached, S::Transferred],
            D::Archive,
            S::Archived,
        ),
    ];
    let but_archived: Vec<S> = S::ALL.iter().copied().filter(|state| *state != S::Archived).collect();
    let stays: [(&[S], &[D]); 6] = [
        (&[S::Registered, S::Accepted, S::Mediating], &[D::Ask]),
        (&[S::Accepted, S::Mediating], &[D::Extend]),
        (&[S::Mediating], &[D::Replace, D::Hold, D::Draft]),
        (&[S::Agreed, S::Performing, S::Breached], &[D::AskCourt]),
        (&[S::Agreed, S::Performing, S::Breached, S::Fulfilled], &[D::RecordDecision, D::Check]),
        (&but_archived, &[D::RaiseViolence, D::TellPolice, D::ClearViolence]),
    ];
    let expected = |state: S, step: D| {
        let moved = moves.iter().find(|(from, by, _)| *by == step && from.contains(&state));
        let kept = stays.iter().any(|(at, by)| by.contains(&step) && at.contains(&state));
        moved.map(|(_, _, to)| *to).or(kept.then_some(state))
    };
    for &state in S::ALL {
        for &step in D::ALL {
            match state.after(step) {
                Ok(to) => assert_eq!(Some(to), expected(state, step), "{state} {step}"),
                Err(refusal) => {
                    assert_eq!(expected(state, step), None, "{state} {step}");
                    assert_eq!(refusal.code(), Code::StepNotAllowed);
                    assert!(refusal.to_string().contains(state.label()), "{refusal}");
                    let basis = refusal.body("").basis.map(|basis| basis.article);
                    assert_eq!(basis, (state == S::Refused).then_some("第十七条"), "{state} {step}");
                }
            }
        }
    }
}

#[test]
fn every_state_is_reached_and_leads_to_the_archive() {
    let next = |state: DisputeState| DisputeStep::ALL.iter().filter_map(move |&step| state.after(step).ok());
    let mut reached = vec![DisputeState::Registered];
    let mut ends = vec![DisputeState::Archived];
    for _ in DisputeState::ALL {
        let further: Vec<_> = reached.iter().flat_map(|&state| next(state)).collect();
        reached.extend(further);
        reached.sort_unstable();
        reached.dedup();
        let closer =
            DisputeState::ALL.iter().copied().filter(|&state| next(state).any(|s| ends.contains(&s)));
        ends = closer.chain([DisputeState::Archived]).collect();
    }
    assert_eq!((reached.len(), ends.len()), (DisputeState::ALL.len(), DisputeState::ALL.len()));
}

#[test]
fn phases_never_go_back() {
    for &state in DisputeState::ALL {
        for &step in DisputeStep::ALL {
            if let Ok(to) = state.after(step) {
                assert!(to.phase() >= state.phase(), "{state} {step}");
            }
        }
    }
}
