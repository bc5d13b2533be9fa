"""Who is told: reachable duty officers of the case's teams, else supervisors, else nobody."""

from flows.duty import OfficerId, Role, Watch, Watchers, watchers

ARTA, BESA, CENA, DIJA = (OfficerId(bytes([n]) * 16) for n in range(4))


def watch(
    officer_id: OfficerId, role: Role = "duty", *, team: str = "prizren", reachable: bool = True, position: int = 0
) -> Watch:
    return Watch(team_id=team, officer_id=officer_id, role=role, reachable=reachable, position=position)


def test_everybody_on_duty_for_one_of_the_teams_is_found() -> None:
    rota = (watch(ARTA), watch(BESA, team="national"), watch(CENA, team="peja"), watch(DIJA, "supervisor"))
    found = watchers(rota, ("prizren", "national"))
    assert found == Watchers(first=(ARTA, BESA), duty=(ARTA, BESA), supervisors=(DIJA,))
    assert found.anybody_on_duty


def test_each_team_wakes_first_whoever_stands_lowest_on_its_rota() -> None:
    rota = (watch(BESA, position=2), watch(ARTA, position=1), watch(CENA, team="national", position=7))
    assert watchers(rota, ("prizren", "national")) == Watchers(first=(ARTA, CENA), duty=(ARTA, BESA, CENA))


def test_with_the_first_out_of_reach_the_next_on_the_rota_is_first() -> None:
    rota = (watch(ARTA, position=1, reachable=False), watch(BESA, position=2), watch(CENA, position=3))
    assert watchers(rota, ("prizren",)) == Watchers(first=(BESA,), duty=(BESA, CENA))


def test_an_officer_who_stands_on_two_watches_is_told_once() -> None:
    rota = (watch(ARTA), watch(ARTA, team="national"), watch(ARTA, "supervisor"))
    assert watchers(rota, ("prizren", "national")) == Watchers(first=(ARTA,), duty=(ARTA,))


def test_with_nobody_reachable_on_duty_there_are_the_supervisors_and_nobody_is_said_to_be_on_duty() -> None:
    found = watchers((watch(ARTA, reachable=False), watch(DIJA, "supervisor")), ("prizren",))
    assert found == Watchers(supervisors=(DIJA,))
    assert not found.anybody_on_duty


def test_with_nobody_at_all_there_is_nobody() -> None:
    for rota in ((), (watch(ARTA, reachable=False), watch(DIJA, "supervisor", reachable=False)), (watch(ARTA, team="peja"),)):
        assert watchers(rota, ("prizren",)) == Watchers()
