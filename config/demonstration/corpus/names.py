"""Names of an invented Welsh border town: given names by culture and generation, family names by culture."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Culture:
    """Where a family's names come from, and what goes with it."""

    key: str
    share: float
    ethnicity: str
    ethnic_group: str
    women: tuple[str, ...]
    men: tuple[str, ...]
    families: tuple[str, ...]
    older_women: tuple[str, ...] = ()
    older_men: tuple[str, ...] = ()
    young: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    language: str = "English"
    interpreted: float = 0.0


def words(text):
    return tuple(text.split())


OLDER_WOMEN = words(
    "Margaret Jean Patricia Maureen Sheila Brenda Doreen Pauline Christine Barbara Janet Rita Hazel Glenys Beryl Iris"
)
OLDER_MEN = words(
    "Derek Raymond Brian Kenneth Roy Terence Malcolm Gordon Leonard Dennis Trevor Clive Norman Keith Barry Alan"
)
YOUNG_GIRLS = words(
    "Maisie Poppy Isla Freya Evie Ruby Lola Darcey Ellie-Mae Lacey Summer Ivy Orla Nancy Willow Skye Tilly Esme Robyn"
)
YOUNG_BOYS = words(
    "Alfie Archie Riley Kai Jenson Tyler Reuben Theo Finley Callum-Jay Bobby Ollie Zac Logan Rory Jude Toby Ellis"
)

CULTURES = (
    Culture(
        "english", 0.42, "White British", "white_british",
        words(
            "Kirsty Gemma Leanne Stacey Natalie Donna Hayley Joanne Samantha Rachel Lindsey Kerry Tanya "
            "Claire Chloe Jade Amber Bethany Shannon Paige Danielle Zoe Melanie Karen Tracey Sally-Ann Rosie "
            "Abigail Lydia Heather"
        ),
        words(
            "Darren Wayne Lee Craig Shaun Ryan Dean Carl Jamie Liam Nathan Adam Scott Kyle Ashley Bradley "
            "Jordan Connor Aaron Luke Mark Stuart Neil Gavin Russell Ricky Simon Damian Kieran Marcus"
        ),
        words(
            "Hartwell Pickersgill Ashby Thorne Lockwood Fenwick Garside Whitcombe Bramley Sallow Cotterill "
            "Dunmore Haxby Marlow Tunstall Rudge Ormerod Penfold Sedgley Wragg Aldous Brockbank Catchpole "
            "Dibden Eastlake Furness Gatley Holroyd Jessop Kettlewell Larkham Mottram Nettleton Oakden "
            "Pargeter Quayle Ravenhill Skelton Trotman Upsall Varley Wadsworth Yardley Beckford Clegg Tipping "
            "Smith Taylor Brown Wright Turner Cooper Ward Baker Hughes-Lacey Barker-Stone"
        ),
        OLDER_WOMEN, OLDER_MEN, (YOUNG_GIRLS, YOUNG_BOYS),
    ),
    Culture(
        "welsh", 0.32, "White Welsh", "white_british",
        words(
            "Angharad Catrin Sian Rhiannon Nerys Bethan Lowri Carys Ceri Delyth Elen Ffion Gwenllian Haf "
            "Mared Megan Nia Non Seren Tegan Cerys Eirlys Llinos Eleri Myfanwy Branwen"
        ),
        words(
            "Gareth Huw Dafydd Rhodri Emyr Gethin Ieuan Iwan Llyr Aled Rhys Owain Tudur Meirion Dewi Geraint "
            "Gwilym Osian Steffan Hywel Eifion Macsen Dylan Celyn Bryn"
        ),
        words(
            "Pryce Probert Gethin Bevan Prosser Howell Pugh Bowen Gittins Meredith Breeze Tudor Vaughan Parry "
            "Madoc Llewellyn Cadwaladr Penry Jarman Watkins Gwynne Beynon Maddocks Eynon Prydderch Rhydderch "
            "Trahearne Gwilt Jones Davies Evans Williams Roberts Morgan Griffiths Owen Rees Jenkins "
            "ap-Rhydderch Lloyd-Penry Jones-Whitcombe Cadwgan-Prothero"
        ),
        words("Gwyneth Glenys Megan Olwen Dilys Eluned Mair Gwladys Morfydd Enid"),
        words("Emlyn Idris Gwyn Elwyn Iorwerth Glyn Arwel Ivor Goronwy Trefor"),
        (words("Mali Cadi Efa Gwen Nansi Betsan Elin Lili Alaw Enfys Martha Anest"),
        words("Macsen Ifan Guto Gruff Jac Twm Elis Caio Harri Ioan Mabon Cai")),
        "English", 0.0,
    ),
    Culture(
        "scottish", 0.05, "White Scottish", "white_british",
        words("Eilidh Mairi Morag Kirsteen Ailsa Catriona Fiona Lorna"),
        words("Fraser Hamish Euan Gregor Callum Iain Struan Ross"),
        words("MacAllan McInnes Rankine Galbraith Abernethy McCrindle Kinnaird Drummond-Hay Auchterlonie MacPhee"),
    ),
    Culture(
        "irish", 0.055, "White Irish", "white_british",
        words("Aoife Siobhan Niamh Roisin Deirdre Orlaith Grainne Sinead Bernadette"),
        words("Declan Padraig Cormac Eoin Brendan Fergal Donal Ciaran Seamus"),
        words(
            "O'Neill O'Hanlon O'Driscoll O'Farrell McGlinchey Gallagher-Byrne Tierney Heneghan Mulcahy "
            "O'Shaughnessy"
        ),
    ),
    Culture(
        "polish", 0.03, "White Polish", "other_white",
        words("Agnieszka Katarzyna Magdalena Joanna Beata Dorota Ewelina Monika"),
        words("Tomasz Krzysztof Marcin Piotr Grzegorz Dariusz Wojciech Rafal"),
        words(
            "Wisniewska|Wisniewski Zielinska|Zielinski Kowalczyk Nowicka|Nowicki Pawlak Szymczak "
            "Gorska|Gorski Wrobel"
        ),
        young=(words("Zuzanna Lena Oliwia Maja"),
        words("Jakub Filip Szymon Kacper")), language="Polish", interpreted=0.4,
    ),
    Culture(
        "romanian", 0.008, "White Romanian", "other_white",
        words("Ioana Andreea Mihaela Cristina"), words("Florin Marian Bogdan Ionut"),
        words("Munteanu Lupescu Dragomir Ciobanu"), language="Romanian", interpreted=0.6,
    ),
    Culture(
        "pakistani", 0.025, "Pakistani", "asian",
        words("Shazia Nasreen Saima Rukhsana Ayesha Farzana Samina Bushra"),
        words("Imtiaz Tariq Nadeem Shahid Waqas Zubair Faisal Kashif"),
        words("Mahmood Hussain Chaudhry Mirza Qureshi Aslam Rafiq Sadiq"),
        young=(words("Zara Hana Maryam Aisha"),
        words("Zayan Yusuf Ibrahim Hamza")), language="Urdu", interpreted=0.35,
    ),
    Culture(
        "indian", 0.014, "Indian", "asian",
        words("Harpreet Manjit Sunita Jaspreet Kavita Rupinder"),
        words("Gurdeep Sukhvinder Rajesh Balwinder Manoj Harjit"),
        words("Sandhu Gill Sidhu Chauhan Dhaliwal Parmar"),
        young=(words("Simran Anaya Jasmine"), words("Arjun Jovan Kiran")),
        language="Punjabi", interpreted=0.3,
    ),
    Culture(
        "bangladeshi", 0.01, "Bangladeshi", "asian",
        words("Nazma Rahima Shirin Taslima"), words("Shafiqul Abdul-Karim Jahangir Monirul"),
        words("Miah Chowdhury Uddin Talukdar"),
        young=(words("Nabila Tahmina"), words("Rayhan Adnan")), language="Sylheti", interpreted=0.5,
    ),
    Culture(
        "caribbean", 0.014, "Black Caribbean", "black",
        words("Marcia Yvonne Shanice Latoya Claudette Simone"), words("Delroy Leroy Tyrone Winston Andre Jermaine"),
        words("Grantley Beckles Bartley Pinnock Thorpe-Allen Maragh"),
    ),
    Culture(
        "african", 0.02, "Black African", "black",
        words("Ngozi Adaeze Abena Tendai Folasade Chipo"), words("Chinedu Kwabena Tafadzwa Babatunde Emeka Kofi"),
        words("Okonjo-Bright Adeyemi Asante-Boateng Nyathi Olawale Chikwava"), language="English", interpreted=0.05,
    ),
    Culture(
        "arabic", 0.011, "Arab", "other",
        words("Rania Huda Samar Nawal Amal"), words("Bassam Khalil Nabil Walid Yasin"),
        words("al-Rashidi Haddad Mansouri el-Tayeb Darwish"),
        young=(words("Layla Noor Salma"), words("Omar Sami Zain")),
        language="Arabic", interpreted=0.5,
    ),
    Culture(
        "chinese", 0.005, "Chinese", "other",
        words("Mei-Ling Xiaoyan Wai-Yee"), words("Kwok-Wai Jianming Chi-Ho"), words("Cheung Kwan Lau"),
        language="Cantonese", interpreted=0.5,
    ),
    Culture(
        "mixed", 0.02, "White and Black Caribbean", "mixed",
        words("Jasmine Tamara Nadine Kayleigh Keisha"), words("Leon Jerome Dominic Curtis Reece"),
        words("Hartwell Bartley Pickering Beckles-Shaw Thorne Pinnock"),
    ),
)  # fmt: skip

# Spellings of one sound, so that a name can be met again written otherwise.
SOUNDS = (
    ("Sian", "Shan"), ("Rhys", "Reece"), ("Catrin", "Katrin"), ("Stephan", "Steffan"), ("Kirsty", "Kirstie"),
    ("Leanne", "Lianne"), ("Stacey", "Stacie"), ("Shaun", "Sean"), ("Siobhan", "Shivaun"), ("Claire", "Clare"),
    ("Natalie", "Nathalie"), ("Niamh", "Neve"), ("Jamie", "Jaimie"), ("Craig", "Kraig"), ("Ciaran", "Kieran"),
    ("Pryce", "Price"), ("O'Neill", "ONeil"), ("Thorne", "Thorn"), ("Davies", "Davis"), ("Hussain", "Hussein"),
    ("Rees", "Reece"), ("Meredith", "Merideth"), ("Llewellyn", "Lewellin"), ("Wright", "Right"), ("Clegg", "Cleg"),
    ("Griffiths", "Griffith"), ("Chaudhry", "Choudhury"), ("Phillips", "Philips"), ("Vaughan", "Vaughn"),
    ("Galbraith", "Galbreath"), ("Sidhu", "Sidhoo"), ("Smith", "Smyth"), ("Taylor", "Tailor"), ("Brown", "Browne"),
    ("Owen", "Owens"), ("Williams", "Wiliams"), ("Jenkins", "Jenkyns"), ("Roberts", "Robarts"),
)  # fmt: skip

NICKNAMES = {
    "Margaret": "Maggie", "Patricia": "Pat", "Christine": "Chris", "Joanne": "Jo", "Samantha": "Sam",
    "Natalie": "Nat", "Rachel": "Rach", "Bethany": "Beth", "Danielle": "Dani", "Melanie": "Mel", "Abigail": "Abi",
    "Heather": "Hev", "Darren": "Daz", "Nathan": "Nath", "Ashley": "Ash", "Bradley": "Brad", "Jordan": "Jord",
    "Stuart": "Stu", "Simon": "Si", "Raymond": "Ray", "Kenneth": "Ken", "Terence": "Terry", "Leonard": "Len",
    "Angharad": "Hari", "Rhiannon": "Rhi", "Gwenllian": "Gwen", "Dafydd": "Dai", "Gareth": "Gaz", "Gethin": "Geth",
    "Rhodri": "Rhod", "Gwilym": "Gwil", "Catriona": "Trina", "Declan": "Dec", "Padraig": "Paddy",
    "Magdalena": "Magda", "Katarzyna": "Kasia", "Agnieszka": "Aga", "Krzysztof": "Kris", "Tomasz": "Tomek",
    "Folasade": "Sade", "Jermaine": "Jay",
}  # fmt: skip

# Combinations from these lists that belong to people in the public eye: never made.
PUBLIC_FIGURES = {
    ("Rhys", "Davies"), ("Gareth", "Jones"), ("Gareth", "Davies"), ("Gareth", "Williams"), ("Gareth", "Owen"),
    ("Huw", "Evans"),
    ("Huw", "Jones"), ("Dylan", "Jones"), ("Mark", "Williams"), ("Mark", "Taylor"), ("Mark", "Wright"),
    ("Luke", "Evans"),
    ("Lee", "Evans"), ("Carl", "Davies"), ("Catrin", "Davies"), ("Dewi", "Morgan"), ("Alan", "Davies"),
    ("Hywel", "Bevan"), ("Emlyn", "Williams"), ("Rhys", "Williams"), ("Ashley", "Williams"), ("Aaron", "Taylor"),
    ("Scott", "Williams"),
    ("Ceri", "Jones"), ("Mark", "Evans"), ("Adam", "Smith"), ("Craig", "Brown"), ("Gordon", "Brown"),
    ("Gavin", "Smith"), ("Jamie", "Roberts"), ("Kyle", "Davies"), ("Owain", "Williams"), ("Steffan", "Evans"),
    ("Keith", "Vaughan"), ("Malcolm", "Vaughan"), ("Idris", "Davies"), ("Ivor", "Roberts"), ("Ryan", "Jones"),
    ("Adam", "Jones"),
    ("Stephen", "Jones"), ("Jordan", "Williams"), ("Neil", "Taylor"), ("Neil", "Jenkins"), ("Clive", "Rees"),
    ("Dewi", "Evans"), ("Geraint", "Evans"), ("Geraint", "Jones"), ("Bryn", "Williams"), ("Samantha", "Smith"),
    ("Rachel", "Roberts"), ("Zoe", "Smith"), ("Claire", "Williams"), ("Sian", "Williams"), ("Sian", "Evans"),
    ("Megan", "Williams"), ("Delyth", "Evans"), ("Eluned", "Morgan"), ("Rhodri", "Morgan"), ("Rhys", "Morgan"),
    ("Elin", "Jones"), ("Carys", "Jones"), ("Rhiannon", "Evans"), ("Fiona", "Kinnaird"), ("Gwyneth", "Jones"),
    ("Nadine", "Thorne"), ("Ross", "Kinnaird"), ("Brian", "Cooper"), ("Dean", "Smith"), ("Wayne", "Pinnock"),
}  # fmt: skip
