"""A program's sign-up page is read and changed part by part over GraphQL, by those who may, and is the page that strangers see."""

from tests.support.portal import Portal
from tests.support.shop import Shop

PAGE = "isPublished slug address welcome termsText byApproval questions { text kind required choices }"
CHANGE = f"""mutation($p: Boolean, $s: String, $t: String, $q: [SignUpQuestionInput!]) {{
  changeSignUp(program: "Partners", isPublished: $p, slug: $s, termsText: $t, questions: $q) {{ {PAGE} }} }}"""
READ = f'{{ program(name: "Partners") {{ signUp {{ {PAGE} }} }} }}'


def test_the_page_is_changed_part_by_part(portal: Portal) -> None:
    shop = Shop(portal)
    before = shop.owner.graphql(READ)["data"]["program"]["signUp"]
    assert (before["isPublished"], before["slug"], before["questions"]) == (False, "partners", [])
    questions = [{"text": "How many read you?", "required": True}, {"text": "Where?", "kind": "Choice", "choices": ["Blog", "Podcast"]}]
    shop.owner.graphql(CHANGE, p=True, s="friends", q=questions)
    changed = shop.owner.graphql(CHANGE, t="No spam.")["data"]["changeSignUp"]
    assert changed["questions"] == [
        {"text": "How many read you?", "kind": "Short", "required": True, "choices": []},
        {"text": "Where?", "kind": "Choice", "required": False, "choices": ["Blog", "Podcast"]},
    ]
    assert (changed["isPublished"], changed["address"], changed["termsText"]) == (True, f"{portal.public_url}/join/friends", "No spam.")
    assert shop.owner.graphql(READ)["data"]["program"]["signUp"] == changed
    page = portal.client().get("/join/friends").text
    assert all(told in page for told in ("No spam.", "How many read you?", "Podcast"))
    assert shop.owner.graphql(CHANGE, q=[])["data"]["changeSignUp"]["questions"] == []


def test_what_is_wrong_is_named_and_affiliates_neither_see_nor_change_it(portal: Portal) -> None:
    shop = Shop(portal)
    [wrong] = shop.owner.graphql(CHANGE, q=[{"text": "Where?", "kind": "Choice", "choices": ["Blog"]}])["errors"]
    assert (wrong["errorType"], "questions[0].choices" in wrong["message"]) == ("BadRequestException", True)
    assert shop.ada_asking.graphql(CHANGE, p=True)["errors"][0]["errorType"] == "Unauthorized"
    assert shop.ada_asking.graphql(READ)["errors"][0]["errorType"] == "Unauthorized"
    assert portal.client().get("/join/partners").status_code == 404
